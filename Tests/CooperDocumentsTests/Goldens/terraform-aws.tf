# Made by cooper emit from buckets.data as terraform
import {
  to = aws_s3_bucket.data
  id = "data"
}
import {
  to = aws_s3_bucket_cors_configuration.data
  id = "data"
}
