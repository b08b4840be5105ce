"""Parts of `aws.accelerator_cluster`."""
