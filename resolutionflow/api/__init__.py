"""What every API call shares: reading JSON, errors, paging, addresses, the OpenAPI document."""
