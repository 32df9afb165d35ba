internal import CutoverCore
internal import Quantities

/// Why a cutover was not even begun: nothing has been made, nothing touched.
public enum ImageCutoverError: Error, Hashable, Sendable {
  case sourceMissing(path: String)
  case sourceUnreadable(path: String, why: String)
  case sourceNotRegular(path: String)
  case sourceIsLink(path: String)
  /// The destination is the source, by whichever name.
  case sameFile(source: String, destination: String)
  case destinationExists(path: String)
  /// An earlier run has left its provisional image.
  case partialExists(path: String)
  case directoryMissing(path: String)
  case directoryNotWritable(path: String, why: String)
  case notEnoughSpace(directory: String, needed: Int64, free: Int64)
  /// A file system or a quota gave out while it was being measured.
  case destinationFull(what: String)
  /// The strategy moves memory, and an image has none.
  case needsMemory(strategy: String)
  case strategyRefuses(strategy: String, reason: String)
  /// The part that a smaller size would cut off holds data.
  case shrinkLosesData(to: Int64, dataAt: Int64)
  case badOptions(String)
  /// A block device, where none was asked for.
  case deviceNotAllowed(path: String)
  /// The format of an image, or what is in it, forbids it.
  case badImage(what: String, remedy: String)
  /// A program, such as QEMU, holds the image for writing.
  case sourceInUse(path: String)
  /// The image is not what it was when the cutover was planned.
  case stalePlan(why: String)
  /// Another cutover to the same destination is at work.
  case destinationBusy(path: String)
  /// An earlier cutover to this destination has not ended.
  case unfinished(path: String)
  /// Its journal was kept, or the guest is lost.
  case over(path: String)
  /// Something that is none bears the name of a journal.
  case foreignFile(path: String)
  /// There is nothing to resume.
  case journalMissing(path: String)
  /// It was broken off before anything was begun.
  case nothingBegan(path: String)
  case journalUnusable(path: String, why: String)
  /// It is not the image that the cutover began with.
  case sourceChanged(path: String, why: String)
  /// Both sides have been written to since the destination was published.
  case splitBrain(source: String, destination: String)
  /// The log of the guest's writes.
  case logMissing(what: String)
  case manifestUnreadable(path: String, why: String)
  /// A hook names what cannot be run.
  case hookUnusable(hook: String, why: String)
  /// The guest could not be taken over.
  case guest(String)
  /// A look at the files failed.
  case fileFault(String)
  /// The driver gave an answer that the machine doesn't take: a mistake in this program. Everything was undone.
  case driverMistake(String)
}

extension ImageCutoverError: CustomStringConvertible {
  /// What is wrong.
  public var message: String {
    switch self {
    case .sourceMissing(let path): "there is no image '\(path)'"
    case .sourceUnreadable(let path, let why): "the image '\(path)' cannot be opened: \(why)"
    case .sourceNotRegular(let path): "'\(path)' is not a regular file"
    case .sourceIsLink(let path): "'\(path)' is a symbolic link"
    case .sameFile(let source, let destination):
      "the destination '\(destination)' is the same file as the source '\(source)'"
    case .destinationExists(let path): "the destination '\(path)' exists"
    case .partialExists(let path): "an unfinished image '\(path)' is in the way"
    case .directoryMissing(let path): "there is no directory '\(path)' for the destination"
    case .directoryNotWritable(let path, let why): "nothing can be made in '\(path)': \(why)"
    case .notEnoughSpace(let directory, let needed, let free):
      "the image takes \(Self.amounts(needed, free).0), and '\(directory)' has room for "
        + Self.amounts(needed, free).1
    case .needsMemory(let strategy):
      "the strategy '\(strategy)' moves a guest's memory, and an image has none"
    case .strategyRefuses(let strategy, let reason): "the strategy '\(strategy)' cannot do this: \(reason)"
    case .shrinkLosesData(let size, let place):
      "a size of \(Bytes(size).exactDescription) would cut off the data at byte \(place)"
    case .sourceInUse(let path): "another program has the image '\(path)' open for writing"
    case .stalePlan(let why): "the plan is out of date: \(why)"
    case .destinationBusy(let path): "another cutover to '\(path)' is at work"
    case .unfinished(let path): "an earlier cutover to '\(path)' was broken off"
    case .over(let path): "an earlier cutover to '\(path)' is over, and its journal is there"
    case .foreignFile(let path): "'\(path)' is no journal of a cutover"
    case .journalMissing(let path): "no cutover is under way there: '\(path)' does not exist"
    case .nothingBegan(let path): "the cutover to '\(path)' was broken off before it had begun"
    case .journalUnusable(let path, let why): "the journal '\(path)' cannot be used: \(why)"
    case .sourceChanged(let path, let why):
      "'\(path)' is not the image that this cutover is about: \(why)"
    case .splitBrain(let source, let destination):
      "both '\(source)' and '\(destination)' were written to since the guest was told to start there"
    case .deviceNotAllowed(let path): "'\(path)' is a block device"
    case .hookUnusable(let hook, let why): "\(hook): \(why)"
    case .manifestUnreadable(let path, let why): "the manifest '\(path)' cannot be opened: \(why)"
    case .badImage(let what, _), .logMissing(let what), .destinationFull(let what): what
    case .badOptions(let text), .guest(let text), .fileFault(let text): text
    case .driverMistake(let text): "a mistake in this program: \(text)"
    }
  }

  /// What a person can do about it.
  public var remedy: String {
    switch self {
    case .sourceMissing: "Check its path."
    case .sourceUnreadable: "Give this user the right to read it."
    case .sourceNotRegular: "Name a disk image; directories and the like are not moved."
    case .sourceIsLink:
      "Name the file that it leads to: whoever made the link decides which that is. To devices links are followed."
    case .deviceNotAllowed: "Say --allow-device if it is meant."
    case .badImage(_, let remedy): remedy
    case .logMissing: "Check the path of the log, and who writes it."
    case .sameFile: "Name another destination."
    case .destinationExists: "Move it away or name another destination: nothing is ever overwritten."
    case .partialExists: "If no other cutover is at work there, remove it and start again."
    case .directoryMissing: "Make the directory first, or check the path of the destination."
    case .directoryNotWritable: "Give this user the right to write there, or name another directory."
    case .notEnoughSpace, .destinationFull: "Free some space, or name a directory on another file system."
    case .needsMemory: "Use warm, reboot or cold."
    case .strategyRefuses: "Use another strategy, or ask for less."
    case .shrinkLosesData: "Shrink the file system inside the image first, or ask for a larger size."
    case .sourceInUse:
      "Stop that program, or say that the guest runs and how to stop it (--source-in-use, --on-pause)."
    case .stalePlan:
      "Make a new plan with 'cutover plan'; where a guest writes to the image, name what stops it (--on-pause)."
    case .destinationBusy: "Wait for it, or look at it with 'cutover status'."
    case .unfinished: "Go on with 'cutover resume', or undo it with 'cutover rollback'."
    case .over(let path):
      "'cutover status' tells what it came to. When all is well, remove '\(path)\(OwnNames.journal)'."
    case .journalMissing:
      "Check the path of the destination. One that has ended leaves no journal; 'cutover verify' compares its images."
    case .nothingBegan: "Run it again; if an unfinished image is in the way, it says so."
    case .foreignFile: "Move the file away, or name another destination: nothing is ever overwritten."
    case .journalUnusable:
      "Nothing was touched. Compare the images, decide which is true, and remove the other by hand."
    case .sourceChanged: "Put the image back, or undo the cutover with 'cutover rollback'."
    case .splitBrain:
      "Stop both guests and decide which side is true: 'cutover resume --keep source' or '--keep destination'."
    case .manifestUnreadable: "Check its path, and the right to read it."
    case .badOptions: "Change the option."
    case .hookUnusable:
      "Check its path, its rights and its first line; a program without a path is looked for in PATH, any other from here."
    case .guest: "See that the guest runs and can be commanded."
    case .fileFault: "Check the disk, then try again."
    case .driverMistake: "Please report it, with the command and the images' sizes."
    }
  }

  /// The exit code of the command line, after the table in the design.
  public var exitCode: Int32 {
    switch self {
    case .sourceMissing, .sourceUnreadable, .directoryMissing, .journalMissing, .nothingBegan,
      .manifestUnreadable, .logMissing, .hookUnusable:
      66
    case .sourceNotRegular, .sourceIsLink, .sameFile, .destinationExists, .partialExists, .needsMemory,
      .strategyRefuses,
      .shrinkLosesData, .unfinished, .over, .foreignFile, .journalUnusable, .sourceChanged, .splitBrain,
      .stalePlan,
      .deviceNotAllowed, .badImage:
      65
    case .badOptions: 64
    case .directoryNotWritable, .guest, .fileFault: 74
    case .notEnoughSpace, .destinationFull, .sourceInUse, .destinationBusy: 75
    case .driverMistake: 1
    }
  }

  public var description: String { "\(message). \(remedy)" }

  /// Two amounts in one style, so that they are seen to differ.
  private static func amounts(_ first: Int64, _ second: Int64) -> (String, String) {
    let rounded = (Bytes(first).formatted(.binary), Bytes(second).formatted(.binary))
    return rounded.0 == rounded.1 && first != second ? ("\(first) B", "\(second) B") : rounded
  }
}

extension RefusalReason {
  /// The reason in words, where we know it.
  var words: String {
    switch self {
    case .notPossible: "not possible with these wishes, such as another size"
    default: rawValue
    }
  }
}
