/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* docker_option: rows of the option tables of 'check docker' and 'facts docker'. */
#include "cmd/option.h"

/* clang-format off */
#define DOCKER_OPTION_HOST \
	{ \
		.name = "host", .arg = "ADDRESS", \
		.help = { "Engine to ask: unix:///PATH, tcp://HOST:PORT, https://HOST:PORT; without it $DOCKER_HOST, " \
			  "else the first socket of Docker, rootless Docker or Podman", \
			  "尋ねるエンジン（unix:///PATH、tcp://HOST:PORT、https://HOST:PORT）。省略時は $DOCKER_HOST、" \
			  "なければ Docker、ルートレス Docker、Podman の最初のソケット" }, \
	}
#define DOCKER_OPTION_CERT_DIR \
	{ \
		.name = "cert-dir", .arg = "DIR", .complete = COMPLETE_DIR, \
		.help = { "ca.pem, cert.pem and key.pem for an engine with mutual TLS; without it $DOCKER_CERT_PATH, else ~/.docker", \
			  "相互 TLS のエンジン用の ca.pem、cert.pem、key.pem（省略時は $DOCKER_CERT_PATH、なければ ~/.docker）" }, \
	}
#define DOCKER_OPTION_HOST_ROOT \
	{ \
		.name = "host-root", .arg = "DIR", .complete = COMPLETE_DIR, \
		.help = { "Where the root of the host is mounted, when the command runs in a container", \
			  "コンテナー内で実行する場合の、ホストのルートのマウント先" }, \
	}
#define DOCKER_OPTION_REGISTRY \
	{ \
		.name = "registry", \
		.help = { "Ask the registries of images in use for the digest that their name has now and for signatures; without it no " \
			  "registry is asked", \
			  "使用中のイメージのレジストリに、名前が現在指すダイジェストと署名を問い合わせる（指定しなければ問い合わせない）" }, \
	}
#define DOCKER_OPTION_INSECURE \
	{ \
		.name = "insecure-registry", .arg = "HOST[:PORT]", .repeat = true, \
		.help = { "With --registry: allow plain HTTP and unknown certificates for this registry", \
			  "--registry で、このレジストリに平文 HTTP と未知の証明書を許す" }, \
	}
#define DOCKER_OPTION_CA_FILE \
	{ \
		.name = "ca-file", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "With --registry: also trust these certificates (PEM)", "--registry で追加で信頼する証明書（PEM）" }, \
	}
/* clang-format on */
