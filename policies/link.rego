package carillon.link

import data.carillon.lib
import rego.v1

# The link itself is the right.
see := lib.allow("link")
