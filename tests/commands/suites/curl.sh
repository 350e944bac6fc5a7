# A suite in plain shell: what the two pages document, asked with curl. Ends with the first thing that is not so.
set -eu
key='Authorization: alice:key'

# ask METHOD PATH [curl's words]: prints the body, then the status on a line of its own
ask() {
    method=$1 path=$2
    shift 2
    curl --silent --show-error --request "$method" --write-out '\n%{http_code}\n' "$@" "$FAKESOURCES_URL$path"
}

has() {
    case $answer in *"$1"*) ;; *) echo "expected $1 in: $answer" >&2; exit 1 ;; esac
}

answer=$(ask POST /v1.6/source/create -H "$key" -d source_type=instagram -d 'name=Rock Music' \
    --data-urlencode 'resources=[{"parameters":{"type":"tag","value":"rock"}}]' \
    --data-urlencode 'auth=[{"parameters":{"value":"token"}}]')
has '"name":"Rock Music"'
has 201
id=$(printf '%s' "$answer" | sed -n 's/.*"id":"\([0-9a-f]\{32\}\)".*/\1/p')

answer=$(ask PUT /v1.6/source/start -H "$key" -d "id=$id")
has '"status":"active"'
has 200

answer=$(ask PUT /v1.6/source/start -H "$key" -d id=00000000000000000000000000000000)
has '"error":"Source not found"'
has 404

answer=$(ask GET "/v1/feeds?api_key=ABCD-1234")
has '"name":"Default"'

answer=$(curl --silent --show-error "$FAKESOURCES_URL/_fakesources/journal?operation=datasift.source.start")
has '"total": 4'
