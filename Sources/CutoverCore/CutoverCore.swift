// CutoverCore
