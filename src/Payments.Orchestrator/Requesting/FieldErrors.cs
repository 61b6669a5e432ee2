using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>The broken rules found so far. Bounded, so that a hostile body cannot become a larger message.</summary>
internal sealed class FieldErrors
{
    private const int Most = 1000;

    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> All => _errors;

    /// <summary>Takes tokens out of the paths: a foreign name may have been one.</summary>
    public void Hide(IReadOnlyList<string> tokens)
    {
        foreach (var token in tokens)
        {
            for (var i = 0; i < _errors.Count; i++)
            {
                var field = _errors[i].Field.Replace(token, "***", StringComparison.Ordinal);
                _errors[i] = _errors[i] with { Field = field };
            }
        }
    }

    public void Add(FieldPath path, string rule, string message)
    {
        if (_errors.Count < Most)
            _errors.Add(new FieldError(path.ToString(), rule, message));
        else if (_errors.Count == Most)
            _errors.Add(new FieldError("", Rules.MoreErrors, $"There are more errors than these {Most}."));
    }
}
