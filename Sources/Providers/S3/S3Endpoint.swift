import CooperProvider

/// An endpoint of a store with the S3 protocol.
typealias S3Endpoint = EndpointURL
