using Microsoft.Extensions.Options;

namespace Payments.Executor.Psp;

/// <summary>Says in sentences what is wrong with <c>Psp:Connections:{name}:Webhook</c>; none of them holds a secret.</summary>
internal sealed class WebhookOptionsValidator : IValidateOptions<PspOptions>
{
    private const double LongestTolerance = 604_800;

    public ValidateOptionsResult Validate(string? name, PspOptions options)
    {
        string[] wrong =
        [
            .. from connection in options.Connections
               from sentence in Wrong(connection.Value.Adapter, connection.Value.Webhook)
               select $"{PspOptions.Section}:Connections:{connection.Key}:Webhook:{sentence}",
        ];
        return wrong.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Wrong(string psp, WebhookOptions? settings)
    {
        if (settings is null)
            yield break;
        // An adapter that nobody knows is the other validator's.
        if (WebhookFormats.All.TryGetValue(psp, out var format))
        {
            foreach (var sentence in format.Wrong(settings))
                yield return sentence;
        }

        if (settings.ToleranceSeconds is { } seconds && !(seconds is >= 1 and <= LongestTolerance))
            yield return $"ToleranceSeconds is {seconds}; it must be from 1 to {LongestTolerance}.";
    }
}
