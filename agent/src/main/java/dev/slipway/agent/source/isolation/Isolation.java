package dev.slipway.agent.source.isolation;

import dev.slipway.agent.time.Waiter;
import java.io.File;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FS_POSIX;
import org.eclipse.jgit.util.ProcessResult;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Git away from what the account and the machine have configured, and from other programs.
 *
 * <p>By itself JGit reads {@code ~/.gitconfig}, {@code /etc/gitconfig} and {@code GIT_*}, any of
 * which may name a command or another server, and starts {@code git} and {@code sh} to find them.
 */
public final class Isolation {
  private static final FS FILES = install();

  private Isolation() {}

  /** Returns the file system to open every repository with. */
  public static FS files() {
    return FILES;
  }

  private static FS install() {
    SystemReader.setInstance(new QuietSystem(SystemReader.getInstance()));
    return new QuietFiles();
  }

  private static final class QuietSystem extends SystemReader.Delegate {
    QuietSystem(SystemReader delegate) {
      super(delegate);
    }

    @Override
    public @Nullable String getenv(String variable) {
      return null;
    }

    @Override
    public String getHostname() {
      return "localhost";
    }

    @Override
    public Instant now() {
      return Waiter.wallClock().instant();
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS files) {
      return new NoConfig(parent, files);
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS files) {
      return new NoConfig(parent, files);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS files) {
      return new NoConfig(parent, files);
    }
  }

  private static final class NoConfig extends FileBasedConfig {
    private static final Duration COARSEST_FILE_TIMES = Duration.ofSeconds(2);

    @SuppressWarnings("NullAway") // JGit's own way to say that there is no file.
    NoConfig(@Nullable Config parent, FS files) {
      super(parent, null, files);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }

    // Otherwise JGit would find out by writing files into every repository, the server's too.
    @Override
    public long getTimeUnit(
        String section,
        @Nullable String subsection,
        String name,
        long defaultValue,
        TimeUnit wantedUnit) {
      return name.equals(ConfigConstants.CONFIG_KEY_TIMESTAMP_RESOLUTION)
          ? wantedUnit.convert(COARSEST_FILE_TIMES)
          : super.getTimeUnit(section, subsection, name, defaultValue, wantedUnit);
    }
  }

  private static final class QuietFiles extends FS_POSIX {
    // Nothing in a clone concerns other accounts.
    private static final int UMASK = 0077;

    QuietFiles() {
      setUmask(UMASK);
      setUserHome(null);
    }

    @Override
    public FS newInstance() {
      return new QuietFiles();
    }

    @Override
    protected @Nullable File discoverGitExe() {
      return null;
    }

    @Override
    protected @Nullable File discoverGitSystemConfig() {
      return null;
    }

    @Override
    public ProcessBuilder runInShell(String command, String[] arguments) {
      throw new UnsupportedOperationException("no program is started for Git: " + command);
    }

    @Override
    public ProcessResult runHookIfPresent(
        Repository repository,
        String hook,
        String[] arguments,
        OutputStream output,
        OutputStream errors,
        @Nullable String input) {
      return new ProcessResult(ProcessResult.Status.NOT_PRESENT);
    }
  }
}
