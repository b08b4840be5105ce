"""Parts of `aws.sagemaker_endpoint`."""
