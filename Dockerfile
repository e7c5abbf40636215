# One image for both roles: `node dist/src/gateway.js` and `node dist/src/worker.js`.
# Debian, because Temporal's native core is built for glibc.

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY .config/tsconfig.build.json .config/
COPY src src
COPY workflows workflows
COPY activities activities
# Compiles to dist/ and puts dist/workflow-bundle.js beside it.
RUN npm run build

FROM node:20.20.2-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM node:20.20.2-bookworm-slim
# The sandbox of the workflows takes zone and locale from its host; every worker has to agree.
ENV NODE_ENV=production TZ=UTC LANG=C.UTF-8 HOST=0.0.0.0 DUEWELL_DATA=/data
WORKDIR /app
# Temporal's native core reads the system's certificates.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 3000
CMD ["node", "dist/src/gateway.js"]
