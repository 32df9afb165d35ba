// ImageCutover
