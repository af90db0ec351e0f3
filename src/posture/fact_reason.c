/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/fact_reason.h"

/* Longer ones first: a part of another phrase must not hide it. */
static const struct {
	const char *en, *ja;
} phrases[] = {
	{ "run as root, on the host or with --host-root and its processes",
	  "root で、ホスト上か、--host-root とそのプロセスが見える状態で実行する" },
	{ "run it on the host, or give the host's root with --host-root",
	  "ホスト上で実行するか、ホストのルートを --host-root で渡す" },
	{ "the command runs in a container and does not see the host",
	  "コマンドがコンテナー内で動き、ホストが見えない" },
	{ "an engine answers, and its process is not seen from here",
	  "エンジンは応答するが、そのプロセスがここから見えない" },
	{ "look at it by hand: it is larger than the program reads",
	  "読み取れる大きさを超えているため手で確認する" },
	{ "run on the host, or with --host-root and its processes",
	  "ホスト上か、--host-root とそのプロセスが見える状態で実行する" },
	{ "whether its network is that of the host is not known",
	  "ネットワークがホストのものか分からない" },
	{ "the engine lists it, and its facts could not be had",
	  "エンジンの一覧にあるが、事実を得られなかった" },
	{ "say it in the file, or give the values of variables",
	  "ファイルに書くか、変数の値を与える" },
	{ "mount the host's root and give it with --host-root",
	  "ホストのルートをマウントし、--host-root で渡す" },
	{ "run as root on the host itself, or install auditd",
	  "ホスト上で root で実行するか、auditd を入れる" },
	{ "run as root or as a member of the engine's group",
	  "root またはエンジンのグループのメンバーで実行する" },
	{ "the processes of the host are not seen from here",
	  "ホストのプロセスがここから見えない" },
	{ "the process of the daemon is not seen from here",
	  "デーモンのプロセスがここから見えない" },
	{ "start the container from an image that is there",
	  "存在するイメージからコンテナーを起動する" },
	{ "the engine does not say whether it is in one", "エンジンはそれに属するかを示さない" },
	{ "look at these processes and who started them",
	  "これらのプロセスと起動した者を確認する" },
	{ "look at it by hand: it cannot be understood", "解釈できないため手で確認する" },
	{ "the engine's storage driver tells no layers",
	  "エンジンのストレージ ドライバーからレイヤーが分からない" },
	{ "the engine answers a value of another kind", "エンジンが返す値の型が異なる" },
	{ "there is no package database that is known", "既知のパッケージ データベースがない" },
	{ "see that the engine runs and may be asked",
	  "エンジンが動作し、問い合わせできることを確認する" },
	{ "the bundle holds a value of another kind", "バンドルの値の型が異なる" },
	{ "run as root on the machine of the engine", "エンジンのマシンで root で実行する" },
	{ "start the engine, or name it with --host", "エンジンを起動するか、--host で指定する" },
	{ "see why the engine does not answer that", "エンジンが応答しない理由を調べる" },
	{ "the document would have more than 8 MiB", "文書が 8 MiB を超える" },
	{ "Podman has no daemon with such settings",
	  "Podman にそのような設定を持つデーモンはない" },
	{ "contents of images are not looked into", "イメージの中身を調べていない" },
	{ "the time of its process cannot be read", "プロセスの時刻を読み取れない" },
	{ "look at the network plugin of the host", "ホストのネットワーク プラグインを確認する" },
	{ "the engine has no such image any more", "エンジンにそのイメージはもうない" },
	{ "see that the engine runs and answers", "エンジンが動作し、応答することを確認する" },
	{ "the runtime keeps no published ports", "ランタイムは公開ポートを記録しない" },
	{ "the facts of the host are not known", "ホストの事実が分からない" },
	{ "the engine does not say its process", "エンジンがそのプロセスを示さない" },
	{ "restart the daemon, then look again", "デーモンを再起動してから確認し直す" },
	{ "look at not_read of their documents", "それらの文書の not_read を確認する" },
	{ "the engine is on another machine", "エンジンが別のマシンにある" },
	{ "those of the host cannot be read", "ホストのものを読み取れない" },
	{ "run as root, on the host itself", "ホスト上で root で実行する" },
	{ "look at etc/passwd of the image", "イメージの etc/passwd を確認する" },
	{ "the daemon has no command line", "デーモンのコマンド ラインがない" },
	{ "its user is not in /etc/passwd", "そのユーザーが /etc/passwd にない" },
	{ "leave out --no-image-contents", "--no-image-contents を外す" },
	{ "run on that machine, as root", "そのマシンで root で実行する" },
	{ "the engine does not say them", "エンジンがそれらを示さない" },
	{ "the containers are not known", "コンテナーが分からない" },
	{ "look at not_read of the host", "ホストの not_read を確認する" },
	{ "look again: it has just gone", "なくなったところのため、もう一度確認する" },
	{ "no engine tells of its image", "そのイメージについて示すエンジンがない" },
	{ "there is more than is read", "読み取る上限を超えている" },
	{ "the engine does not say it", "エンジンがそれを示さない" },
	{ "the engine cannot be asked", "エンジンに問い合わせできない" },
	{ "gather the facts with them", "それらを含めて事実を集める" },
	{ "No such file or directory", "ファイルやフォルダーがない" },
	{ "look at containers.conf", "containers.conf を確認する" },
	{ "Operation not permitted", "許可されていない操作" },
	{ "run it again, as root", "root で実行し直す" },
	{ "no Docker daemon runs", "Docker デーモンが動作していない" },
	{ "name one with --host", "--host で指定する" },
	{ "look at the engine", "エンジンを確認する" },
	{ "look at it by hand", "手で確認する" },
	{ "there is no engine", "エンジンがない" },
	{ "look at the bundle", "バンドルを確認する" },
	{ "Connection refused", "接続を拒否された" },
	{ "Permission denied", "権限がない" },
	{ "permission denied", "権限がない" },
	{ "not in the facts", "事実の文書にない" },
	{ "none is needed", "対処は不要" },
	{ "run as root", "root で実行する" },
};

static str replaced(struct arena *arena, str text, str en, str ja)
{
	for (ptrdiff_t at = str_find(text, en), from = 0; at >= 0;) {
		str head = str_take(text, (size_t)(from + at));
		str tail = str_skip(text, (size_t)(from + at) + en.n);

		text = str_cat(arena, str_cat(arena, head, ja), tail);
		from += at + (ptrdiff_t)ja.n;
		at = str_find(tail, en);
	}
	return text;
}

str fact_reason_text(struct arena *arena, enum lang lang, str text)
{
	if (lang != LANG_JA)
		return text;
	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		text = replaced(arena, text, str_c(phrases[i].en), str_c(phrases[i].ja));
	return text;
}
