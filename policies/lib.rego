# The two answers that every rule gives. Mind that null counts as true: ask `membership.role`, never `membership`.
package carillon.lib

import rego.v1

allow(reason) := {"allow": true, "reasons": [reason], "obligations": []}

deny(reason) := {"allow": false, "reasons": [reason], "obligations": []}
