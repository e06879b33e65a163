package carillon.direct

import data.carillon.lib
import rego.v1

open := lib.deny("oneself") if input.on.with == input.who.id

else := lib.allow("account") if input.who.kind == "account"
