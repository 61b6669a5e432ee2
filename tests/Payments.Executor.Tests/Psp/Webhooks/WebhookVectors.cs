using System.Text.Json.Nodes;

namespace Payments.Executor.Tests.Psp.Webhooks;

/// <summary>
/// Signatures that the PSPs' own SDKs made, positive and negative. They lie beside the repository and are no part of it:
/// tests that need them are skipped where they are not.
/// </summary>
internal static class WebhookVectors
{
    private const string File = "shared/psp/webhook-vectors.json";

    public static JsonNode Of(string psp)
    {
        var path = Find();
        Skip.If(path is null, $"Skipped: {File} is not beside the repository, so the SDKs' signatures cannot be checked.");
        return JsonNode.Parse(System.IO.File.ReadAllText(path!))![psp]!;
    }

    public static string Text(this JsonNode node, string name) => node[name]!.GetValue<string>();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Payments.Sagas.sln")))
            {
                var path = Path.Combine(folder.Parent!.FullName, File);
                return System.IO.File.Exists(path) ? path : null;
            }
        }

        return null;
    }
}
