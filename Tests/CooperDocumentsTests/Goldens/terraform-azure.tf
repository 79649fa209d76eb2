# Made by cooper emit from buckets.reports as terraform
import {
  to = azurerm_storage_container.reports
  id = "/subscriptions/00000000-aaaa-bbbb-cccc-000000000002/resourceGroups/rg-storage/providers/Microsoft.Storage/storageAccounts/acmereports/blobServices/default/containers/reports"
}
