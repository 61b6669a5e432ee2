using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Payments.Judges.Tests.Kit;

/// <summary>
/// The judge of GraphQL: the reference implementation for JavaScript validates each operation against a published schema,
/// and coerces the variables that it bears.
/// </summary>
internal sealed class GraphQlJudge : IJudge
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private GraphQlJudge(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static GraphQlJudge Start(string schema) =>
        new(Node.Start("node", ["graphql.mjs", Path.Combine(Requirements.SpecFolder!, schema)]));

    public async Task<IReadOnlyList<string>> JudgeAsync(SentRequest sent)
    {
        if (sent is not { Method: "POST", ContentType: "application/json" })
            return [$"{sent}: a GraphQL request is a POST of JSON."];
        using var body = JsonDocument.Parse(sent.Body);
        // One line, whatever the adapter made of it.
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(body.RootElement));
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(AnswerLimit)
            ?? throw new InvalidOperationException($"The judge ended.\n{await _errors}");
        return
        [
            .. JsonSerializer.Deserialize<string[]>(answer)!
                .Select(wrong => $"{body.RootElement.GetProperty("operationName").GetString()}: {wrong}"),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(AnswerLimit);
        _process.Dispose();
    }
}
