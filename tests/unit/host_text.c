/* SPDX-License-Identifier: Apache-2.0 */
/* Small texts of a host: sockets, processes, accounts, what cloud and kubelet leave, audit logs. */
#include "fmt/container/swarm_state.h"
#include "fmt/container/trust_setting.h"
#include "fmt/host/audit_log.h"
#include "fmt/host/host_accounts.h"
#include "fmt/host/machine_identity.h"
#include "fmt/host/proc_net.h"
#include "fmt/host/proc_status.h"
#include "test.h"

#define ROW(address, state, inode)               \
	"   0: " address " 00000000:0000 " state \
	" 00000000:00000000 00:00000000 00000000 0 0 " inode " 1 x\n"

TEST(tcp_sockets_are_the_listening_ones)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct proc_sockets list;
	struct err err;
	str text = STR("  sl  local_address\n" ROW("0100007F:0947", "0A", "12")
			       ROW("0100007F:0948", "01", "13")
				       ROW("00000000000000000000000000000000:0948", "0A", "14")
					       ROW("0000000000000000FFFF00000100007F:0949", "0A",
						   "15") "junk\n");

	CHECK_OK(proc_net_tcp(text, arena, &list, &err));
	CHECK_INT(list.n, 3);
	CHECK_STRV(list.items[0].address, "127.0.0.1");
	CHECK_INT(list.items[0].port, 2375);
	CHECK_INT(list.items[0].inode, 12);
	CHECK_STRV(list.items[1].address, "::");
	CHECK_STRV(list.items[2].address, "::ffff:127.0.0.1");
	CHECK_INT(list.malformed, 1);
	CHECK_OK(proc_net_udp(text, arena, &list, &err));
	CHECK_INT(list.n, 4);
}

TEST(unix_sockets_are_the_listening_ones_with_a_name)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct proc_sockets list;
	struct err err;

	CHECK_OK(proc_net_unix(STR("Num RefCount\n"
				   "0: 00000002 00000000 00010000 0001 01 41 /run/a b.sock\n"
				   "0: 00000003 00000000 00000000 0001 03 42 /run/a b.sock\n"
				   "0: 00000002 00000000 00010000 0001 01 43\n"
				   "0: 00000002 00000000 00010000 0001 01 44 @name\n"),
			       arena, &list, &err));
	CHECK_INT(list.n, 2);
	CHECK_STRV(list.items[0].address, "/run/a b.sock");
	CHECK_INT(list.items[0].inode, 41);
	CHECK_STRV(list.items[1].address, "@name");
}

TEST(process_status_needs_its_ids)
{
	struct proc_status status;
	struct err err;

	CHECK_OK(proc_status_parse(STR("Name:\tdockerd\nPid:\t812\nPPid:\t1\n"
				       "Uid:\t1000\t1001\t0\t0\nGid:\t5\t6\t0\t0\n"
				       "VmSize:\t 1 kB\nCapEff:\t00000000a80425fb\n"
				       "CapBnd:\t00000000a80425fb\nNoNewPrivs:\t1\nSeccomp:\t2\n"),
				   &status, &err));
	CHECK_STRV(status.name, "dockerd");
	CHECK_INT(status.pid, 812);
	CHECK_INT(status.parent, 1);
	CHECK_INT(status.uid, 1000);
	CHECK_INT(status.euid, 1001);
	CHECK_INT(status.gid, 5);
	CHECK_INT(status.seccomp, 2);
	CHECK_INT(status.no_new_privs, 1);
	CHECK(status.caps_known && status.cap_eff == 0xa80425fb);
	CHECK_OK(proc_status_parse(STR("Pid: 1\nUid: 0 0\nGid: 0 0\n"), &status, &err));
	CHECK_INT(status.seccomp, -1);
	CHECK(!status.caps_known);
	CHECK_FAIL(proc_status_parse(STR("Pid: 1\nUid: 0\nGid: 0 0\n"), &status, &err));
	CHECK_FAIL(proc_status_parse(STR(""), &status, &err));
}

TEST(accounts_pass_over_what_is_no_record)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct host_accounts accounts;
	struct err err;

	host_accounts_init(&accounts, arena);
	CHECK_OK(host_accounts_passwd(&accounts,
				      STR("root:x:0:0:root:/root:/bin/sh\n# x\n\nbad:x:y:0:::\n"
					  "alice:x:1000:998:A:/home/alice:/bin/bash\n"),
				      &err));
	CHECK_OK(host_accounts_group(&accounts, STR("root:x:0:\ndocker:x:998:bob, carol,\nx\n"),
				     &err));
	CHECK_INT(accounts.user_count, 2);
	CHECK_INT(accounts.malformed, 2);
	CHECK_STRV(host_accounts_user(&accounts, 1000)->home, "/home/alice");
	CHECK(!host_accounts_user(&accounts, 5));
	CHECK_INT(host_accounts_group_named(&accounts, STR("docker"))->member_count, 2);
	CHECK_STRV(host_accounts_gid(&accounts, 998)->members[1], "carol");
}

TEST(services_of_nsswitch_are_without_actions_and_comments)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct host_range *ranges;
	const str *services;
	struct err err;
	size_t n;

	CHECK_OK(host_nsswitch(STR("passwd: x\ngroup:\tfiles [NOTFOUND=return !X=y] sss systemd # "
				   "ldap\n"),
			       STR("group"), arena, &services, &n, &err));
	CHECK_INT(n, 3);
	CHECK_STRV(services[1], "sss");
	CHECK_OK(host_nsswitch(STR(""), STR("group"), arena, &services, &n, &err));
	CHECK_INT(n, 0);
	CHECK_OK(host_subid(STR("u:100000:65536\nbad\n1001:1:2\n"), arena, &ranges, &n, &err));
	CHECK_INT(n, 2);
	CHECK_STRV(ranges[1].name, "1001");
	CHECK_INT(ranges[0].count, 65536);
}

TEST(kubelet_says_who_it_is_by_flags_before_files)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kubelet_identity *identity = ARENA_NEW(arena, struct kubelet_identity);
	const str words[] = { STR("--node-labels"), STR("a=b,kubernetes.azure.com/cluster=c"),
			      STR("--config=/k.yaml"), STR("--v=2") };
	struct err err;

	kubelet_flags(words, ARRAY_LEN(words), identity);
	CHECK_INT(identity->labels.n, 2);
	CHECK_STRV(identity->labels.items[1].value, "c");
	CHECK_STRV(identity->config, "/k.yaml");
	kubelet_flags_file(STR("X=1\nKUBELET_KUBEADM_ARGS=\"--node-labels=d= --provider-id=p\"\n"),
			   arena, identity);
	CHECK_STRV(identity->provider_id, "p");
	CHECK_INT(identity->labels.n, 3);
	CHECK_OK(kubelet_config(STR("kind: KubeletConfiguration\nproviderID: q\n"), arena, identity,
				&err));
	CHECK_STRV(identity->provider_id, "p");
	CHECK_FAIL(kubelet_config(STR("a: [\n"), arena, identity, &err));
}

TEST(instance_data_have_name_and_tags)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct cloud_identity *cloud = ARENA_NEW(arena, struct cloud_identity);
	struct swarm_state state;
	struct err err;

	CHECK_OK(cloud_instance_data(
		STR("{\"v1\":{\"cloud_name\":\"aws\"},\"ds\":{\"meta_data\":{\"tags\":"
		    "{\"instance\":{\"Vendor\":\"Databricks\"}},\"imds\":{\"compute\":"
		    "{\"tagsList\":[{\"name\":\"n\",\"value\":\"v\"}]}}}}}"),
		arena, cloud, &err));
	CHECK_STRV(cloud->name, "aws");
	CHECK_INT(cloud->tags.n, 2);
	CHECK_STRV(cloud->tags.items[0].value, "Databricks");
	CHECK_FAIL(cloud_instance_data(STR("[]"), arena, cloud, &err));
	CHECK_OK(swarm_state_parse(STR("{\"ListenAddr\":\"0.0.0.0:2377\",\"AdvertiseAddr\":\"a\"}"),
				   arena, &state, &err));
	CHECK_STRV(state.listen_addr, "0.0.0.0:2377");
	CHECK_STRV(state.advertise_addr, "a");
	CHECK_FAIL(swarm_state_parse(STR("1"), arena, &state, &err));
}

/* "user container privileged", or "-" for what is no exec. */
static str exec_of(const char *line, struct arena *arena)
{
	struct audit_exec exec = { .time = 0 };
	str words[32], rest = str_c(line);
	size_t n = 0;

	while (n < 32 && str_split(&rest, ' ', &words[n]))
		n++;
	if (!audit_exec_words(words, n, &exec))
		return STR("-");
	return str_fmt(arena, "%.*s|%.*s|%d", STR_ARG(exec.user), STR_ARG(exec.container),
		       exec.privileged);
}

TEST(exec_of_clients_is_known_with_its_options)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(exec_of("docker exec web sh", arena), "|web|0");
	CHECK_STRV(exec_of("/usr/bin/docker -H unix:///s exec -it -u root web sh", arena),
		   "root|web|0");
	CHECK_STRV(exec_of("docker container exec --privileged --user=0:0 web id", arena),
		   "0:0|web|1");
	CHECK_STRV(exec_of("docker exec -itu 0 web sh -u x", arena), "0|web|0");
	CHECK_STRV(exec_of("docker exec -u0 -e A=b web sh", arena), "0|web|0");
	CHECK_STRV(exec_of("docker exec web sh --privileged", arena), "|web|0");
	CHECK_STRV(exec_of("podman exec -w /x --privileged c1 ls", arena), "|c1|1");
	CHECK_STRV(exec_of("docker compose -f x.yaml exec -T app sh", arena), "|app|0");
	CHECK_STRV(exec_of("docker run exec", arena), "-");
	CHECK_STRV(exec_of("ls exec", arena), "-");
	CHECK_STRV(exec_of("docker", arena), "-");
}

TEST(audit_log_has_the_keyed_commands)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct audit_log *log = ARENA_NEW(arena, struct audit_log);
	struct err err;

	audit_log_init(log, arena);
	CHECK_OK(audit_log_read(
		log,
		STR("type=DAEMON_START msg=audit(1690000000.000:1): op=start\n"
		    "type=SYSCALL msg=audit(1700000000.123:10): syscall=59 key=\"docker\"\n"
		    "type=SYSCALL msg=audit(1700000000.124:11): syscall=59 key=(null)\n"
		    "type=EXECVE msg=audit(1700000000.124:11): argc=3 a0=\"docker\" a1=\"exec\" "
		    "a2=\"other\"\n"
		    "type=EXECVE msg=audit(1700000000.123:10): argc=4 a0=\"docker\" a1=\"exec\" "
		    "a2=\"--privileged\" a3=776562\n"
		    "node=h type=SYSCALL msg=audit(1700000001.000:12): "
		    "key=6f7468657201646f636b6572\n"
		    "type=EXECVE msg=audit(1700000001.000:12): argc=200 a0=\"docker\" "
		    "a1=\"exec\" a2=\"db\"\n"
		    "nonsense\n"),
		&err));
	CHECK_OK(audit_log_end(log, &err));
	CHECK_INT(log->n, 2);
	CHECK_INT(log->keyed, 2);
	CHECK_INT(log->malformed, 1);
	CHECK_INT(log->oldest, 1690000000);
	CHECK_STRV(log->items[0].container, "web");
	CHECK(log->items[0].privileged && !log->items[0].words_cut);
	CHECK_STRV(log->items[1].container, "db");
	CHECK(log->items[1].words_cut);
}

/* "line=value;" for each. */
static str trust_of(str text, struct arena *arena)
{
	str out = STR(""), value;
	uint32_t line = 0;

	while (trust_setting_next(&text, STR("DOCKER_CONTENT_TRUST"), &line, &value))
		out = str_fmt(arena, "%.*s%u=%.*s;", STR_ARG(out), line, STR_ARG(value));
	return out;
}

TEST(content_trust_is_found_as_shells_set_it)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(trust_of(STR("DOCKER_CONTENT_TRUST=1\n"), arena), "1=1;");
	CHECK_STRV(trust_of(STR("x\nexport DOCKER_CONTENT_TRUST=\"1\"\n"), arena), "2=1;");
	CHECK_STRV(trust_of(STR("# DOCKER_CONTENT_TRUST=1\n"), arena), "");
	CHECK_STRV(trust_of(STR("DOCKER_CONTENT_TRUST_SERVER=1\nXDOCKER_CONTENT_TRUST=1\n"), arena),
		   "");
	CHECK_STRV(trust_of(STR("DOCKER_CONTENT_TRUST='0'; export DOCKER_CONTENT_TRUST\n"), arena),
		   "1=0;");
	CHECK_STRV(trust_of(STR("DOCKER_CONTENT_TRUST=1\nunset DOCKER_CONTENT_TRUST\n"), arena),
		   "1=1;2=;");
	CHECK_STRV(trust_of(STR("DOCKER_CONTENT_TRUST=\n"), arena), "1=;");
}
