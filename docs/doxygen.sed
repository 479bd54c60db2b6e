#!/bin/sed -Ef
# What Doxygen is to read as text: URLs with placeholders, backslashes, and a percent sign.
s,https?://<.*>,`&`,g
/^ *\/\/\/ /s,\\,\\\\,g
s,`%s`,`%%s`,
