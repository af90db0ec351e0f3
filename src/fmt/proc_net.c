/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/proc_net.h"

#include <arpa/inet.h>

#include "base/err.h"
#include "fmt/fields.h"

#define WORDS_MAX    24u
#define STATE_LISTEN 10u
#define UNIX_LISTEN  0x10000u /* __SO_ACCEPTCON of the flags */

/* "0100007F": words of 32 bits in the byte order of the machine. */
static bool take_address(str hex, struct arena *arena, str *out)
{
	unsigned char bytes[16];
	char text[INET6_ADDRSTRLEN];

	if (hex.n != 8 && hex.n != 32)
		return false;
	for (size_t i = 0; i < hex.n / 8; i++) {
		uint64_t word;
		uint32_t native;

		if (!str_u64_base(str_of(hex.p + 8 * i, 8), 16, &word))
			return false;
		native = (uint32_t)word;
		memcpy(bytes + 4 * i, &native, sizeof(native));
	}
	if (!inet_ntop(hex.n == 8 ? AF_INET : AF_INET6, bytes, text, sizeof(text)))
		return false;
	*out = str_dup(arena, str_c(text));
	return true;
}

static int add(struct arena *arena, struct proc_sockets *out, const struct proc_socket *socket,
	       struct err *err)
{
	if (out->n == PROC_NET_MAX)
		return err_set(err, ERR_LIMIT, "more than %u sockets", PROC_NET_MAX);
	out->items = arena_regrow(arena, out->items, out->n, &out->cap, sizeof(*out->items));
	out->items[out->n++] = *socket;
	return 0;
}

/* "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 ..." */
static bool take_line(str line, struct arena *arena, struct proc_socket *socket, uint64_t *state)
{
	str words[WORDS_MAX], address, port;
	uint64_t number;

	if (fields_of(line, words, WORDS_MAX) < 10 || !str_cut(words[1], ':', &address, &port) ||
	    !take_address(address, arena, &socket->address) || port.n != 4 ||
	    !str_u64_base(port, 16, &number) || !str_u64_base(words[3], 16, state) ||
	    !str_u64(words[9], &socket->inode))
		return false;
	socket->port = (uint16_t)number;
	return true;
}

static int sockets_of(str text, bool tcp, struct arena *arena, struct proc_sockets *out,
		      struct err *err)
{
	str line;

	*out = (struct proc_sockets){ .n = 0 };
	IGNORE(str_line(&text, &line)); /* the heading */
	while (str_line(&text, &line)) {
		struct proc_socket socket;
		uint64_t state;

		if (str_empty(str_trim(line)))
			continue;
		if (!take_line(line, arena, &socket, &state)) {
			out->malformed++;
			continue;
		}
		if (tcp ? state != STATE_LISTEN : socket.port == 0)
			continue;
		if (add(arena, out, &socket, err) < 0)
			return -1;
	}
	return 0;
}

int proc_net_tcp(str text, struct arena *arena, struct proc_sockets *out, struct err *err)
{
	return sockets_of(text, true, arena, out, err);
}

int proc_net_udp(str text, struct arena *arena, struct proc_sockets *out, struct err *err)
{
	return sockets_of(text, false, arena, out, err);
}

/* "0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/docker.sock" */
static bool take_unix(str line, struct proc_socket *socket, uint64_t *state)
{
	str word;

	for (size_t i = 0; i < 7; i++) {
		size_t end = 0;

		line = str_trim(line);
		while (end < line.n && !is_space(line.p[end]))
			end++;
		word = str_take(line, end);
		line = str_skip(line, end);
		if (str_empty(word) || (i == 3 && !str_u64_base(word, 16, state)) ||
		    (i == 6 && !str_u64(word, &socket->inode)))
			return false;
	}
	socket->address = str_starts(line, STR(" ")) ? str_skip(line, 1) : STR_EMPTY;
	socket->port = 0;
	return true;
}

int proc_net_unix(str text, struct arena *arena, struct proc_sockets *out, struct err *err)
{
	str line;

	*out = (struct proc_sockets){ .n = 0 };
	IGNORE(str_line(&text, &line)); /* the heading */
	while (str_line(&text, &line)) {
		struct proc_socket socket;
		uint64_t state;

		if (str_empty(str_trim(line)))
			continue;
		if (!take_unix(line, &socket, &state)) {
			out->malformed++;
			continue;
		}
		if (!(state & UNIX_LISTEN) || str_empty(socket.address))
			continue;
		if (add(arena, out, &socket, err) < 0)
			return -1;
	}
	return 0;
}
