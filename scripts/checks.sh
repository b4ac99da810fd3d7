# The checks that run no test; scripts/check runs these alone, scripts/test runs them first. Sourced.

# What a production machine would set, with values that open nothing.
as_in_production() {
    env PRODUCTION=1 ALLOWED_HOSTS=portal.example PUBLIC_ORIGIN=https://portal.example PERSON_HASH_KEY=unused \
        SECRET_KEY="$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(60))')" "$@"
}

# The plugin's own validator where docker has it; tests/scripts/test_compose.py reads the file in any case.
compose_is_valid() {
    if docker compose version >/dev/null 2>&1; then
        docker compose --env-file deploy/env.example --profile s3 config --quiet
    fi
}

run_checks() {
    local bin=.venv/bin
    stage "format" $bin/ruff format --check --quiet --output-format concise .
    stage "lint" $bin/ruff check --quiet --output-format concise .
    stage "templates" $bin/djlint --lint --quiet templates
    stage "types" $bin/mypy
    stage "import contracts" $bin/lint-imports --no-logo
    stage "migrations" $bin/python manage.py makemigrations --check --dry-run --verbosity=1
    stage "compose file" compose_is_valid
}

# Asks for the faces of official paper as well: scripts/faces must have fetched them.
check_deployment() {
    stage "deployment" as_in_production .venv/bin/python manage.py check --deploy --fail-level WARNING
}
