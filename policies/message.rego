package carillon.message

import data.carillon.lib
import rego.v1

post := lib.deny("muted") if input.on.membership.muted

else := lib.allow("member") if input.on.membership.role
