# One image for web, sockets, worker and beat.
FROM node:20-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --silent
COPY app/static app/static
COPY app/widget app/widget
RUN npm run build

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DIALTONE_ENV=production
WORKDIR /srv/dialtone
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir uv==0.13.8
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-cache
ENV PATH=/srv/dialtone/.venv/bin:$PATH
COPY . .
COPY --from=assets /build/app/static/vendor app/static/vendor
COPY --from=assets /build/app/static/widget app/static/widget
RUN pybabel compile -d translations && useradd --system dialtone && mkdir -p var/uploads var/usage && chown -R dialtone var
USER dialtone
EXPOSE 8000 8001
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8", "wsgi:app"]
