# SPDX-License-Identifier: Apache-2.0
# Sourced: objects of a registry that signing tools make, with openssl and curl, by their published formats:
#   OCI distribution specification 1.1 (blobs, manifests, referrers' fallback tag), OCI image specification 1.1 (subject)
#   cosign: SIGNATURE_SPEC.md of Sigstore (simple signing, tag sha256-HEX.sig); bundles: sigstore_bundle.proto, DSSE protocol.md,
#     in-toto Statement v1
#   Notation: signature-specification.md and signature-envelope-jws.md of the Notary Project
#   Docker Content Trust: The Update Framework 1.0 as notary has it (ecdsa keys, canonical JSON)
# reg COMMAND...: runs it where the registry can be reached; the caller defines it. $hub: host:port of the registry.
: "${hub:?}"
oci_manifest=application/vnd.oci.image.manifest.v1+json
oci_index=application/vnd.oci.image.index.v1+json

sha() { sha256sum "$1" | cut -d ' ' -f 1; }
size() { wc -c <"$1" | tr -d ' '; }
b64() { base64 -w0 "$1"; }
b64url() { base64 -w0 "$1" | tr '+/' '-_' | tr -d '='; }

unhex() { python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'; }

push_blob() { # REPOSITORY FILE
	place=$(reg curl -sS --fail-with-body --noproxy '*' -X POST -D - -o /dev/null "http://$hub/v2/$1/blobs/uploads/" |
		sed -n 's/^[Ll]ocation: *//p' | tr -d '\r')
	case $place in http*) ;; *) place=http://$hub$place ;; esac
	case $place in *\?*) place=$place\& ;; *) place=$place\? ;; esac
	reg curl -sS --fail-with-body --noproxy '*' -X PUT -H 'Content-Type: application/octet-stream' --data-binary "@$2" \
		"${place}digest=sha256:$(sha "$2")"
}

push_manifest() { # REPOSITORY NAME FILE TYPE
	reg curl -sS --fail-with-body --noproxy '*' -X PUT -H "Content-Type: $4" --data-binary "@$3" "http://$hub/v2/$1/manifests/$2"
}

# A manifest with one layer; ARTIFACT is the type of its configuration, ANNOTATIONS members of the layer's. Writes $W/manifest.
make_manifest() { # ARTIFACT FILE TYPE ANNOTATIONS SUBJECT
	printf '{}' >"$W/empty"
	subject=
	[ -z "$5" ] || subject=",\"subject\":{\"mediaType\":\"$oci_manifest\",\"digest\":\"$5\",\"size\":1}"
	printf '{"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"sha256:%s","size":2},"layers":[{"mediaType":"%s","digest":"sha256:%s","size":%d,"annotations":{%s}}]%s}' \
		$oci_manifest "$1" "$(sha "$W/empty")" "$3" "$(sha "$2")" "$(size "$2")" "$4" \
		"$subject" >"$W/manifest"
}

push_referrer() { # REPOSITORY DIGEST ARTIFACT FILE TYPE: added to those that the fallback tag lists
	make_manifest "$3" "$4" "$5" "" "$2"
	push_blob "$1" "$W/empty" && push_blob "$1" "$4" && push_manifest "$1" "sha256:$(sha "$W/manifest")" "$W/manifest" $oci_manifest || return
	printf '{"mediaType":"%s","digest":"sha256:%s","size":%d,"artifactType":"%s"}\n' $oci_manifest "$(sha "$W/manifest")" \
		"$(size "$W/manifest")" "$3" >>"$W/referrers"
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' $oci_index "$(paste -s -d , "$W/referrers")" >"$W/index"
	push_manifest "$1" "sha256-${2#sha256:}" "$W/index" $oci_index
}

cosign_payload() { # DIGEST: on standard output
	printf '{"critical":{"identity":{"docker-reference":""},"image":{"docker-manifest-digest":"%s"},"type":"cosign container image signature"},"optional":null}' "$1"
}

cosign_sign() { # REPOSITORY DIGEST KEY [DIGEST THAT IS SIGNED]
	cosign_payload "${4-$2}" >"$W/payload"
	openssl dgst -sha256 -sign "$3" -out "$W/sig" "$W/payload"
	make_manifest application/vnd.oci.image.config.v1+json "$W/payload" application/vnd.dev.cosign.simplesigning.v1+json \
		"\"dev.cosignproject.cosign/signature\":\"$(b64 "$W/sig")\"" ""
	push_blob "$1" "$W/empty" && push_blob "$1" "$W/payload" &&
		push_manifest "$1" "sha256-${2#sha256:}.sig" "$W/manifest" $oci_manifest
}

bundle_sign() { # REPOSITORY DIGEST KEY
	printf '{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"%s"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}' \
		"${2#sha256:}" >"$W/statement"
	{ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(size "$W/statement")" && cat "$W/statement"; } >"$W/pae"
	openssl dgst -sha256 -sign "$3" -out "$W/sig" "$W/pae"
	printf '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":""}},"dsseEnvelope":{"payload":"%s","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"%s"}]}}' \
		"$(b64 "$W/statement")" "$(b64 "$W/sig")" >"$W/bundle"
	push_referrer "$1" "$2" application/vnd.dev.sigstore.bundle.v0.3+json "$W/bundle" application/vnd.dev.sigstore.bundle.v0.3+json
}

notation_keys() { # DIR: ca.pem, and leaf.pem with leaf.key (RSA 2048) below it
	openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 30 -keyout "$1/ca.key" -out "$1/ca.pem" -subj '/O=Example/CN=root' \
		-addext keyUsage=critical,keyCertSign 2>/dev/null &&
		openssl req -newkey rsa:2048 -nodes -keyout "$1/leaf.key" -out "$1/leaf.csr" -subj '/O=Example/CN=release' 2>/dev/null &&
		printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n' >"$1/leaf.ext" &&
		openssl x509 -req -in "$1/leaf.csr" -CA "$1/ca.pem" -CAkey "$1/ca.key" -CAcreateserial -days 30 -sha256 -extfile "$1/leaf.ext" \
			-out "$1/leaf.pem" 2>/dev/null
}

notation_sign() { # REPOSITORY DIGEST DIR
	printf '{"targetArtifact":{"mediaType":"%s","digest":"%s","size":1}}' $oci_manifest "$2" >"$W/target"
	printf '{"alg":"PS256","crit":["io.cncf.notary.signingScheme"],"cty":"application/vnd.cncf.notary.payload.v1+json","io.cncf.notary.signingScheme":"notary.x509","io.cncf.notary.signingTime":"%s"}' \
		"$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$W/protected"
	printf '%s.%s' "$(b64url "$W/protected")" "$(b64url "$W/target")" >"$W/input"
	openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1 -sign "$3/leaf.key" -out "$W/sig" "$W/input"
	openssl x509 -in "$3/leaf.pem" -outform DER -out "$W/leaf.der"
	openssl x509 -in "$3/ca.pem" -outform DER -out "$W/ca.der"
	printf '{"payload":"%s","protected":"%s","header":{"x5c":["%s","%s"]},"signature":"%s"}' "$(b64url "$W/target")" \
		"$(b64url "$W/protected")" "$(b64 "$W/leaf.der")" "$(b64 "$W/ca.der")" "$(b64url "$W/sig")" >"$W/envelope"
	push_referrer "$1" "$2" application/vnd.cncf.notary.signature "$W/envelope" application/jose+json
}

# The signature of FILE as r and s, in base64.
trust_sig() { # KEY FILE
	openssl dgst -sha256 -sign "$1" -out "$W/sig" "$2"
	openssl asn1parse -inform DER -in "$W/sig" | sed -n 's/.*INTEGER *://p' | while read -r n; do
		printf '%64s' "$n" | tr ' ' 0
	done | unhex | base64 -w0
}

trust_file() { # KEY BODY OUT
	printf '%s' "$2" >"$W/body"
	printf '{"signed":%s,"signatures":[{"keyid":"k","method":"ecdsa","sig":"%s"}]}' "$2" "$(trust_sig "$1" "$W/body")" >"$3"
}

content_trust_sign() { # DIR REPOSITORY DIGEST KEY: as the client keeps it, ~/.docker/trust being DIR
	dir=$1/tuf/$hub/$2/metadata until=2099-01-01T00:00:00Z
	mkdir -p "$dir"
	openssl pkey -in "$4" -pubout -outform DER -out "$W/public.der"
	printf '%s' "${3#sha256:}" | unhex >"$W/hash"
	trust_file "$4" "{\"_type\":\"Root\",\"expires\":\"$until\",\"keys\":{\"k\":{\"keytype\":\"ecdsa\",\"keyval\":{\"private\":null,\"public\":\"$(b64 "$W/public.der")\"}}},\"roles\":{\"root\":{\"keyids\":[\"k\"],\"threshold\":1},\"targets\":{\"keyids\":[\"k\"],\"threshold\":1}},\"version\":1}" \
		"$dir/root.json"
	trust_file "$4" "{\"_type\":\"Targets\",\"delegations\":{\"keys\":{},\"roles\":[]},\"expires\":\"$until\",\"targets\":{\"1\":{\"hashes\":{\"sha256\":\"$(b64 "$W/hash")\"},\"length\":1}},\"version\":1}" \
		"$dir/targets.json"
}
