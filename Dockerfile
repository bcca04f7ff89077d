# A server in a container: docker build --tag scuttlebot . (see docs/RUN.md). The data folder is the volume /data.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
# Everything that the build needs comes from the registry; no compiler, no install scripts.
RUN node tools/run.mjs pnpm turbo build --filter=@scuttlebot/ssb-server... \
 && node tools/run.mjs pnpm --filter=@scuttlebot/ssb-server deploy --prod --legacy /app

FROM node:24-bookworm-slim
ENV NODE_ENV=production XDG_STATE_HOME=/home/node/.ssb/state
COPY --from=build /app /app
RUN ln -s /app/dist/bin.js /usr/local/bin/sbot && install -d -o node -g node -m 700 /home/node/.ssb
USER node
VOLUME /home/node/.ssb
EXPOSE 8008
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s CMD ["sbot", "--json", "whoami"]
STOPSIGNAL SIGTERM
# `sbot start`, and whatever else is said; peers of the container are not this machine, so it listens everywhere.
ENTRYPOINT ["sbot"]
CMD ["start", "--host", "::"]
