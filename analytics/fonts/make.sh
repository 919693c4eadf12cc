#!/bin/sh
# Makes the four font files of this folder from the published Be Vietnam Pro.
#
#   sh analytics/fonts/make.sh
#
# Needs: sh, curl, tar, openssl, python3 with venv, and the network. Only who
# changes the set of characters or the release has to run it; the files made are
# kept in the repository. The same input gives the same bytes.
#
# The TTF files measure and draw text in pictures (SVG and PNG), the WOFF2 files
# go to browsers. Hinting is dropped (it doubles the size and is not used above
# 12 pixels on today's screens). Of the layout features only kerning and the
# placing of combining marks are kept.
set -eu

release=0.4.1
integrity=4o2bsqU1zcC6NZf5FRYB+7gE49waNWYOGc5c5qLfPgrSqqr61hS2Bz4TVPgxudO038tLydSyPxV8e79g8j5DpQ==
fonttools=4.68.0
brotli=1.2.1

# ASCII; Latin-1 without controls; Latin Extended-A letters that names use; ơ ư;
# combining marks of Vietnamese; all of U+1EA0-1EF9; dashes, quotes, bullet,
# ellipsis, per mille, ₫, −, ≈, ≠, ≤, ≥. The font has no arrows and no tick.
characters=U+0020-007E,U+00A0-00FF,U+0102-0103,U+0110-0111,U+0128-0129,U+0131,U+0152-0153,U+0160-0161,U+0168-0169,U+017D-017E,U+01A0-01A1,U+01AF-01B0,U+0300-0303,U+0306,U+0309,U+031B,U+0323,U+1EA0-1EF9,U+2013-2014,U+2018-201A,U+201C-201E,U+2022,U+2026,U+2030,U+20AB,U+2212,U+2248,U+2260,U+2264-2265

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

curl -fsSL -o "$work/font.tgz" \
    "https://registry.npmjs.org/@expo-google-fonts/be-vietnam-pro/-/be-vietnam-pro-$release.tgz"
got=$(openssl dgst -sha512 -binary "$work/font.tgz" | openssl base64 -A)
if [ "$got" != "$integrity" ]; then
    echo "make.sh: release $release is not the file that was checked: sha512 $got" >&2
    exit 1
fi
tar -xzf "$work/font.tgz" -C "$work"

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "fonttools==$fonttools" "brotli==$brotli"

for weight in 400Regular:Regular 600SemiBold:SemiBold; do
    from=${weight%%:*}
    to=${weight##*:}
    for form in ttf woff2; do
        flavor=
        [ "$form" = woff2 ] && flavor=--flavor=woff2
        "$work/venv/bin/pyftsubset" "$work/package/$from/BeVietnamPro_$from.ttf" \
            --unicodes="$characters" \
            --layout-features=kern,mark,mkmk,ccmp,locl \
            --name-IDs=0,1,2,3,4,5,6,13,14,16,17 \
            --no-hinting \
            --notdef-outline \
            $flavor \
            --output-file="$here/BeVietnamPro-$to.$form"
    done
done
cp "$work/package/LICENSE_FONT" "$here/OFL.txt"
