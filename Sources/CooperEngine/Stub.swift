import CooperState

extension StateSnapshot { static func fold(_ s: StateSnapshot, _ e: [Event]) -> StateSnapshot { s } }
