"""What tests of reports are given."""

from tests.browser import browser as browser
