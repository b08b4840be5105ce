"""What may it cost?"""
