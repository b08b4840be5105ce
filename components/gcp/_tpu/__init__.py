"""Parts of `gcp.tpu_slice`."""
