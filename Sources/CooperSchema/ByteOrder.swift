/// Byte order of two texts: negative, zero or positive; the order of addresses and of keys in files.
///
/// A plain loop, because maps are searched and addresses sorted all the time.
public func byteOrder(_ a: String, _ b: String) -> Int {
  let known = a.utf8.withContiguousStorageIfAvailable { a in
    b.utf8.withContiguousStorageIfAvailable { b in
      for index in 0..<min(a.count, b.count) where a[index] != b[index] { return a[index] < b[index] ? -1 : 1 }
      return a.count - b.count
    }
  }
  if let known, let order = known { return order }
  return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : a.utf8.elementsEqual(b.utf8) ? 0 : 1
}
