# Which release this is.
RELEASE = File.read(File.expand_path("../VERSION", __dir__)).strip
