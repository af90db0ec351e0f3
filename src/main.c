/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

int main(void)
{
	fputs("seawall: no command is built in\n", stderr);
	return 2;
}
