package dev.slipway.agent.ssh;

import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.cipher.ChachaPolyCiphers;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import com.hierynomus.sshj.transport.kex.DHGroups;
import com.hierynomus.sshj.transport.kex.ExtInfoClientFactory;
import com.hierynomus.sshj.transport.mac.Macs;
import java.security.Security;
import java.util.List;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.ConfigImpl;
import net.schmizz.sshj.common.LoggerFactory;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.transport.compression.NoneCompression;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.transport.kex.DHGexSHA256;
import net.schmizz.sshj.transport.kex.ECDHNistP;
import net.schmizz.sshj.transport.random.JCERandom;
import net.schmizz.sshj.transport.random.SingletonRandomFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * The algorithms that we speak, none of them weak.
 *
 * <p>The library's own list still has SHA-1, CBC, Blowfish and RSA with SHA-1 in it.
 */
final class Algorithms extends ConfigImpl {
  private static final String VERSION = "Slipway";

  static {
    // The JDK's own cryptography is the fast one, so the library is kept from preferring Bouncy
    // Castle; only what the JDK has under another name, such as the key factory "ECDSA", comes from
    // it, which is why it is the last provider in the list.
    SecurityUtils.setRegisterBouncyCastle(false);
    Security.addProvider(new BouncyCastleProvider());
  }

  Algorithms() {
    setVersion(VERSION);
    setLoggerFactory(new Silence());
    setRandomFactory(new SingletonRandomFactory(new JCERandom.Factory()));
    // Counts the answers, which the library's default does not; it must be chosen before
    // connecting.
    setKeepAliveProvider(KeepAliveProvider.KEEP_ALIVE);
    setCompressionFactories(List.of(new NoneCompression.Factory()));
    setFileKeyProviderFactories(List.of());
    setVerifyHostKeyCertificates(true);
    exchange();
    keys();
    ciphers();
  }

  private void exchange() {
    setKeyExchangeFactories(
        List.of(
            new Curve25519SHA256.Factory(),
            new Curve25519SHA256.FactoryLibSsh(),
            new ECDHNistP.Factory521(),
            new ECDHNistP.Factory384(),
            new ECDHNistP.Factory256(),
            DHGroups.Group16SHA512(),
            DHGroups.Group18SHA512(),
            new DHGexSHA256.Factory(),
            new ExtInfoClientFactory()));
  }

  private void keys() {
    setKeyAlgorithms(
        List.of(
            KeyAlgorithms.EdDSA25519CertV01(),
            KeyAlgorithms.EdDSA25519(),
            KeyAlgorithms.ECDSASHANistp521CertV01(),
            KeyAlgorithms.ECDSASHANistp521(),
            KeyAlgorithms.ECDSASHANistp384CertV01(),
            KeyAlgorithms.ECDSASHANistp384(),
            KeyAlgorithms.ECDSASHANistp256CertV01(),
            KeyAlgorithms.ECDSASHANistp256(),
            KeyAlgorithms.RSASHA512(),
            KeyAlgorithms.RSASHA256()));
  }

  private void ciphers() {
    setCipherFactories(
        List.of(
            GcmCiphers.AES256GCM(),
            GcmCiphers.AES128GCM(),
            ChachaPolyCiphers.CHACHA_POLY_OPENSSH(),
            BlockCiphers.AES256CTR(),
            BlockCiphers.AES192CTR(),
            BlockCiphers.AES128CTR()));
    setMACFactories(List.of(Macs.HMACSHA2256Etm(), Macs.HMACSHA2512Etm()));
  }

  /** The library logs every lost connection as an error; we report it once, in our own words. */
  private static final class Silence implements LoggerFactory {
    @Override
    public Logger getLogger(String name) {
      return NOPLogger.NOP_LOGGER;
    }

    @Override
    public Logger getLogger(Class<?> type) {
      return NOPLogger.NOP_LOGGER;
    }
  }
}
