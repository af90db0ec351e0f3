# SPDX-License-Identifier: Apache-2.0
package seawall.image.env_secrets_test

import data.seawall.image.env_secrets

image(names) := {"config_known": true, "env": [{"name": name, "length": 8} | some name in names]}

test_names_of_credentials if {
	every name in ["DB_PASSWORD", "PASSWORD", "API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "mysql_pwd", "dbpassword", "APIKEY"] {
		count(env_secrets.deny) == 1 with input as image([name])
	}
}

test_other_names if {
	every name in ["PATH", "DB_PASSWORD_FILE", "TOKEN_TTL", "GPG_KEY", "PASSWORD_POLICY", "MONKEY", "TOKENIZERS_PARALLELISM", "KEYCLOAK_HOME", "PWD"] {
		count(env_secrets.deny) == 0 with input as image([name])
	}
}

test_an_empty_value_is_none if {
	count(env_secrets.deny) == 0 with input as {"config_known": true, "env": [{"name": "DB_PASSWORD", "length": 0}]}
}

test_what_the_search_found_is_told_once if {
	found := {"found": [{"place": "environment", "path": "DB_PASSWORD", "kind": "x", "title": "X"}, {"place": "file", "path": "a"}]}
	count(env_secrets.deny) == 1 with input as object.union(image(["DB_PASSWORD"]), {"secrets": found})
}

test_no_configuration_is_no_pass if count(env_secrets.missing) == 1 with input as {}
