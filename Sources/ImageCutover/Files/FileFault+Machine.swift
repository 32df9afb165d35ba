internal import CutoverCore
internal import ImageFiles
internal import SystemPackage

extension FileFault {
  /// What the machine is told.
  var fault: CutoverFault {
    switch (role, cause) {
    case (.source, _): .source
    case (.destination, .errno(.noSpace)), (.destination, .errno(.diskQuotaExceeded)),
      (.destination, .errno(.fileTooLarge)), (.journal, .errno(.noSpace)),
      (.journal, .errno(.diskQuotaExceeded)), (.journal, .errno(.fileTooLarge)):
      .destinationFull
    case (.destination, _), (.journal, _): .destination
    }
  }
}
