#!/bin/sh
# One-shot job: makes the bucket and the portal's own access key, which may use this bucket alone.
#
# Runs in the store's image for the sake of its client and is safe to repeat: a changed secret in
# .env takes effect with the next run. The only place besides the store that knows the root account.
set -eu

: "${MINIO_ROOT_USER:?}" "${MINIO_ROOT_PASSWORD:?}" "${MINIO_BUCKET:?}"
: "${MINIO_ACCESS_KEY:?}" "${MINIO_SECRET_KEY:?}"
[ -z "${MINIO_ACCESS_KEY_FILE:-}" ] || MINIO_ACCESS_KEY=$(cat "$MINIO_ACCESS_KEY_FILE")
[ -z "${MINIO_SECRET_KEY_FILE:-}" ] || MINIO_SECRET_KEY=$(cat "$MINIO_SECRET_KEY_FILE")
endpoint=${MINIO_ENDPOINT:-http://minio:9000}
region=${MINIO_REGION:-us-east-1}
policy=portal-$MINIO_BUCKET
scratch=${TMPDIR:-/tmp}
export MC_CONFIG_DIR="$scratch/mc"

say() { echo "minio-setup: $*"; }
die() {
    say "$*" >&2
    exit 1
}

# Builds name the client mc or, beside Midnight Commander, mcli.
for client in mc mcli ''; do
    [ -n "$client" ] || die "the image has neither mc nor mcli; set MINIO_IMAGE to one that has"
    ! command -v "$client" >/dev/null 2>&1 || break
done

reach_store() {
    tries=0
    until answer=$("$client" alias set root "$endpoint" "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" 2>&1); do
        tries=$((tries + 1))
        [ $tries -lt 30 ] || die "the store at $endpoint refuses the root account: $answer"
        sleep 1
    done
}

make_bucket() {
    "$client" mb --ignore-existing --region "$region" "root/$MINIO_BUCKET" >/dev/null ||
        die "the bucket $MINIO_BUCKET could not be made"
    say "bucket $MINIO_BUCKET is there"
}

# What the portal does, and nothing else: no other bucket, no settings of the bucket, no accounts.
write_policy() {
    cat >"$1" <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"],
      "Resource": ["arn:aws:s3:::$MINIO_BUCKET"]
    },
    {
      "Effect": "Allow",
      "Action": [
        "s3:GetObject", "s3:PutObject", "s3:DeleteObject",
        "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"
      ],
      "Resource": ["arn:aws:s3:::$MINIO_BUCKET/*"]
    }
  ]
}
POLICY
}

make_key() {
    [ "$MINIO_ACCESS_KEY" != "$MINIO_ROOT_USER" ] ||
        die "MINIO_ACCESS_KEY must differ from MINIO_ROOT_USER: the portal must not use the root account"
    write_policy "$scratch/policy.json"
    "$client" admin policy create root "$policy" "$scratch/policy.json" >/dev/null ||
        die "the policy $policy could not be made"
    "$client" admin user add root "$MINIO_ACCESS_KEY" "$MINIO_SECRET_KEY" >/dev/null ||
        die "the access key could not be made (the store wants a secret of 8 to 40 characters)"
    if ! answer=$("$client" admin policy attach root "$policy" --user "$MINIO_ACCESS_KEY" 2>&1); then
        # Attaching twice is an error for the store and none for us.
        case $answer in
        *already*) ;;
        *) die "the policy could not be attached: $answer" ;;
        esac
    fi
    say "access key for bucket $MINIO_BUCKET is there, with the policy $policy"
}

# A store of another make: whoever runs it makes the key, and we only see whether it is known.
use_given_key() {
    say "this store has no admin API, so no access key was made: $1"
    "$client" alias set portal "$endpoint" "$MINIO_ACCESS_KEY" "$MINIO_SECRET_KEY" >/dev/null ||
        die "and MINIO_ACCESS_KEY does not work yet: make it in the store, limited to $MINIO_BUCKET"
    say "MINIO_ACCESS_KEY works already; limit it to the bucket $MINIO_BUCKET yourself"
}

reach_store
make_bucket
if answer=$("$client" admin info root 2>&1); then
    make_key
else
    use_given_key "$answer"
fi
