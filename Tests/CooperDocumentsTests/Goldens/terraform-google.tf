# Made by cooper emit from buckets.lake as terraform
import {
  to = google_storage_bucket.lake
  id = "acme-prod/acme-lake"
}
