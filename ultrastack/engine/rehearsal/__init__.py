"""What would the real engine do, in which order? Our own provider answers it in the clouds' place."""
