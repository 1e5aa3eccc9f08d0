import static org.codelibs.opensearch.runner.OpenSearchRunner.newConfigs;

import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node of OpenSearch on loopback, for as long as its standard input stays open. */
public class Engine {
  public static void main(String[] folderAndPort) throws Exception {
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild((number, settings) -> {
      settings.put("http.port", folderAndPort[1]);
      settings.put("network.host", "127.0.0.1");
      settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
      settings.put("node.processors", 1);
    });
    runner.build(newConfigs()
        .clusterName("dialtone-tests")
        .basePath(folderAndPort[0])
        .numOfNode(1)
        .disableESLogger()
        .useLogger());
    System.out.println("ready");
    while (System.in.read() >= 0) {}
    runner.close();
    runner.clean();
    System.exit(0);
  }
}
