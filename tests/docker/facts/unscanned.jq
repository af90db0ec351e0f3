# SPDX-License-Identifier: Apache-2.0
.images[] |= (.scan = null)
