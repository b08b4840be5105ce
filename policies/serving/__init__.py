"""SageMaker endpoints: their shapes, updates and sizes."""
