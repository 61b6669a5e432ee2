using System.Text.Json;
using System.Text.Json.Serialization;

namespace Payments.Benchmark.Reporting;

/// <summary>The report for machines: everything, every run.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static Task Write(string path, Report report) =>
        File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, Options) + "\n");
}
