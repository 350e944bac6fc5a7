# Test suite in plain shell with curl. It exits at the first failed check.
set -eu
key='Authorization: alice:key'

# send METHOD PATH [arguments of curl]: print the body, then the status on a line of its own
send() {
    method=$1 path=$2
    shift 2
    curl --silent --show-error --request "$method" --write-out '\n%{http_code}\n' "$@" "$FAKESOURCES_URL$path"
}

expect() {
    case $response in *"$1"*) ;; *) echo "expected $1 in: $response" >&2; exit 1 ;; esac
}

response=$(send POST /v1.6/source/create -H "$key" -d source_type=instagram -d 'name=Rock Music' \
    --data-urlencode 'resources=[{"parameters":{"type":"tag","value":"rock"}}]' \
    --data-urlencode 'auth=[{"parameters":{"value":"token"}}]')
expect '"name":"Rock Music"'
expect 201
id=$(printf '%s' "$response" | sed -n 's/.*"id":"\([0-9a-f]\{32\}\)".*/\1/p')

response=$(send PUT /v1.6/source/start -H "$key" -d "id=$id")
expect '"status":"active"'
expect 200

response=$(send PUT /v1.6/source/start -H "$key" -d id=00000000000000000000000000000000)
expect '"error":"Source not found"'
expect 404

response=$(send GET "/v1/feeds?api_key=ABCD-1234")
expect '"name":"Default"'

response=$(curl --silent --show-error "$FAKESOURCES_URL/_fakesources/journal?operation=datasift.source.start")
expect '"total": 4'
