# The agent in a container, from the distribution that `./mvnw package` leaves in agent/target/slipway.
# The base may be any image with a Java 25 where the launcher looks for one.
ARG BASE=eclipse-temurin:25-jre
FROM ${BASE}

COPY agent/target/slipway /opt/slipway
RUN groupadd --system --gid 2525 slipway \
    && useradd --system --uid 2525 --gid slipway --home-dir /var/lib/slipway --create-home --shell /usr/sbin/nologin slipway \
    && ln -s /opt/slipway/bin/slipway /usr/local/bin/slipway

# The journal, the clones and the kept releases; mount /etc/slipway read-only beside it.
VOLUME /var/lib/slipway
USER slipway
WORKDIR /var/lib/slipway
ENTRYPOINT ["/opt/slipway/bin/slipway"]
CMD ["agent"]
