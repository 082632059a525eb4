#!/usr/bin/env bash
# Both README commands as on a new machine: the committed HEAD, cloned into an empty folder, with an empty HOME, nothing
# cached, no variables but those that reach the package indexes, and no fonts but the system's (FONTS=dejavu: that one only).
# Then it lists the Debian packages that were used, were there before, and are not named in the README.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d "${TMPDIR:-/tmp}/llmdesk-fresh.XXXXXX")
trap '[ -n "${KEEP:-}" ] || rm -rf "$place"' EXIT
mkdir "$place/home" "$place/tmp"
chmod 755 "$place"  # tests act as another user, who runs this environment

fonts=/usr/share/fonts
if [ "${FONTS:-}" = dejavu ]; then
    fonts=$place/fonts
    mkdir "$fonts"
    find /usr/share/fonts -name 'DejaVu*.ttf' -exec cp {} "$fonts" \;
    [ -n "$(ls "$fonts")" ] || { echo "fresh check: DejaVu is not installed (fonts-dejavu-core)" >&2; exit 2; }
fi
cat >"$place/fonts.conf" <<EOF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$fonts</dir><include ignore_missing="yes">/etc/fonts/conf.d</include><cachedir>$place/font-cache</cachedir></fontconfig>
EOF

kept=("PATH=$PATH" "HOME=$place/home" "TMPDIR=$place/tmp" "LANG=C.UTF-8" "FONTCONFIG_FILE=$place/fonts.conf" "LLMDESK_FRESH_CHECK=$place")
while IFS= read -r name; do
    case $name in
        PIP_CACHE_DIR | PIP_NO_CACHE_DIR) ;;
        PIP_* | *_PROXY | *_proxy | SSL_CERT_FILE | SSL_CERT_DIR | REQUESTS_CA_BUNDLE) kept+=("$name=${!name}") ;;
    esac
done < <(compgen -e)

git clone --quiet --no-hardlinks "$root" "$place/llmdesk"
cd "$place/llmdesk"
echo "fresh check: $(git log -1 --format='%h %s'), $(python3 --version), fonts from $fonts"
dpkg-query --show --showformat '${Package}\n' >"$place/packages-before" 2>/dev/null || true
python3 "$root/scripts/used_packages.py" watch "$place" &
watcher=$!

failed=0
for command in "make run" "make test"; do
    echo "fresh check: $command"
    started=$SECONDS
    code=0
    env -i "${kept[@]}" $command </dev/null || code=$?
    [ "$code" = 0 ] || failed=1
    echo "fresh check: $command: exit code $code after $((SECONDS - started)) s, .venv $(du -sm .venv | cut -f1) MB"
done

touch "$place/done"
wait "$watcher" || { echo "fresh check: what watches the run was ended from outside" >&2; exit 1; }
python3 "$root/scripts/used_packages.py" report "$place"
exit "$failed"
