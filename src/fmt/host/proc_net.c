/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/proc_net.h"

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

/* One line as a socket: 1; 0: none that anybody could come to; -1: no line of such a table. */
typedef int line_fn(str line, struct arena *arena, struct proc_socket *out);

/* "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 ..." */
static int take_inet(str line, bool tcp, struct arena *arena, struct proc_socket *out)
{
	str words[WORDS_MAX], address, port;
	uint64_t number, state;

	if (fields_of(line, words, WORDS_MAX) < 10 || !str_cut(words[1], ':', &address, &port) ||
	    !take_address(address, arena, &out->address) || port.n != 4 ||
	    !str_u64_base(port, 16, &number) || !str_u64_base(words[3], 16, &state) ||
	    !str_u64(words[9], &out->inode))
		return -1;
	out->port = (uint16_t)number;
	return tcp ? state == STATE_LISTEN : out->port != 0;
}

static int take_tcp(str line, struct arena *arena, struct proc_socket *out)
{
	return take_inet(line, true, arena, out);
}

static int take_udp(str line, struct arena *arena, struct proc_socket *out)
{
	return take_inet(line, false, arena, out);
}

/* "0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/docker.sock" */
static int take_unix(str line, struct arena *arena, struct proc_socket *out)
{
	uint64_t flags = 0;

	(void)arena;
	for (size_t i = 0; i < 7; i++) {
		str word = fields_take(&line);

		if (str_empty(word) || (i == 3 && !str_u64_base(word, 16, &flags)) ||
		    (i == 6 && !str_u64(word, &out->inode)))
			return -1;
	}
	out->address = str_starts(line, STR(" ")) ? str_skip(line, 1) : STR_EMPTY;
	out->port = 0;
	return (flags & UNIX_LISTEN) && !str_empty(out->address);
}

static int sockets_of(str text, line_fn *take, struct arena *arena, struct proc_sockets *out,
		      struct err *err)
{
	str line;

	*out = (struct proc_sockets){ .n = 0 };
	IGNORE(str_line(&text, &line)); /* the heading */
	while (str_line(&text, &line)) {
		struct proc_socket socket;
		int found;

		if (str_empty(str_trim(line)))
			continue;
		found = take(line, arena, &socket);
		if (found < 0)
			out->malformed++;
		else if (found > 0 && add(arena, out, &socket, err) < 0)
			return -1;
	}
	return 0;
}

int proc_net_tcp(str text, struct arena *arena, struct proc_sockets *out, struct err *err)
{
	return sockets_of(text, take_tcp, arena, out, err);
}

int proc_net_udp(str text, struct arena *arena, struct proc_sockets *out, struct err *err)
{
	return sockets_of(text, take_udp, arena, out, err);
}

int proc_net_unix(str text, struct arena *arena, struct proc_sockets *out, struct err *err)
{
	return sockets_of(text, take_unix, arena, out, err);
}
