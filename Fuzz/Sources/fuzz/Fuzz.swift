import CooperFuzzEntries
import Glibc

// `fuzz TARGET [FLAGS OF LIBFUZZER] [FOLDERS]`, or `fuzz --list`. `main` is libFuzzer's and calls these two.

private let names = FuzzTarget.all.map(\.name)

/// The target that the first argument names; libFuzzer's callback has no context to hold it.
private let selected = FuzzTarget.all.first { $0.name == CommandLine.arguments.dropFirst().first }

/// Takes the target's name out of the arguments, which libFuzzer would read as a folder.
@_cdecl("LLVMFuzzerInitialize")
func initialize(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
  if CommandLine.arguments.dropFirst().first == "--list" {
    for name in names { print(name) }
    exit(0)
  }
  guard selected != nil else { fatalError("usage: fuzz \(names.joined(separator: "|")) [FLAGS] [FOLDERS]") }
  arguments.pointee[1] = arguments.pointee[0]
  arguments.pointee += 1
  count.pointee -= 1
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  if let finding = selected?.finding(Array(UnsafeBufferPointer(start: bytes, count: size))) { fatalError(finding) }
  return 0
}
