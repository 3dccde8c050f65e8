"""Which settings of Deforum are numbers, which are checkboxes, and which are schedules besides those of the field
table.

Taken from ``args.py`` and ``deforum_controlnet.py`` of sd-webui-deforum at 32242685 and of Tok/sd-forge-deforum at
424dd333, and from ``arg_defaults.py`` of the fork's branch "dev".
"""

from __future__ import annotations

from ..fields import CONTROLNET_UNITS, FIELDS

_UNITS = range(1, CONTROLNET_UNITS + 1)
_NUMBERS = """
    max_frames color_coherence_video_every_N_frames diffusion_cadence perlin_w perlin_h perlin_octaves
    perlin_persistence midas_weight extract_nth_frame extract_from_frame extract_to_frame hybrid_consistency_blur W
    H seed_resize_from_w seed_resize_from_h seed steps seed_iter_N strength mask_contrast_adjust
    mask_brightness_adjust mask_overlay_blur full_res_mask_padding reroll_patience fps frame_interpolation_x_amount
    frame_interpolation_slow_mo_amount shake_intensity shake_speed wan_seed wan_inference_steps wan_fixed_strength
    wan_guidance_scale wan_frame_overlap wan_motion_strength wan_interpolation_strength wan_movement_sensitivity
    cfg_scale distilled_cfg_scale clip_skip init_scale noise_multiplier ddim_eta ancestral_eta
    subseed subseed_strength jpeg_quality ffmpeg_crf max_video_frames
"""
_SWITCHES = """
    enable_perspective_flip enable_steps_scheduling aspect_ratio_use_old_formula enable_subseed_scheduling
    enable_sampler_scheduling use_noise_mask enable_checkpoint_scheduling enable_clipskip_scheduling
    enable_noise_multiplier_scheduling resume_from_timestring enable_ddim_eta_scheduling
    enable_ancestral_eta_scheduling color_force_grayscale legacy_colormatch use_depth_warping save_depth_maps
    overwrite_extracted_frames use_mask_video hybrid_generate_inputframes hybrid_use_first_frame_as_init_image
    hybrid_motion_use_prev_img hybrid_flow_consistency hybrid_use_init_image tiling restore_faces use_init
    strength_0_no_init use_mask use_alpha_as_mask invert_mask overlay_mask full_res_mask motion_preview_mode
    use_looper parseq_use_deltas parseq_non_schedule_overrides skip_video_creation make_gif delete_imgs
    delete_input_frames r_upscale_video r_upscale_keep_imgs store_frames_in_ram frame_interpolation_slow_mo_enabled
    frame_interpolation_keep_imgs frame_interpolation_use_upscaled enable_scheduler_scheduling freeu_enabled
    kohya_hrfix_enabled kohya_hrfix_downscale_after_skip wan_auto_download wan_strength_override
    wan_guidance_override wan_enable_interpolation wan_qwen_auto_download wan_motion_strength_override
    hybrid_comp_mask_inverse hybrid_comp_mask_auto_contrast hybrid_comp_save_extra_frames
"""
_MORE_SCHEDULES = """
    image_keyframe_strength_schedule freeu_b1 freeu_b2 freeu_s1 freeu_s2 kohya_hrfix_block_number
    kohya_hrfix_downscale_factor kohya_hrfix_start_percent kohya_hrfix_end_percent
"""

NUMBERS = frozenset(_NUMBERS.split()) | {
    f"cn_{unit}_{name}" for unit in _UNITS for name in ("processor_res", "threshold_a", "threshold_b")
}

SWITCHES = frozenset(_SWITCHES.split()) | {
    f"cn_{unit}_{name}"
    for unit in _UNITS
    for name in ("enabled", "overwrite_frames", "low_vram", "pixel_perfect", "loopback_mode")
}

UNIT_SCHEDULES = frozenset(
    f"cn_{unit}_{name}" for unit in _UNITS for name in ("weight", "guidance_start", "guidance_end")
)
MORE_SCHEDULES = frozenset(_MORE_SCHEDULES.split())
"""Schedules of numbers that the Forge fork has and no lane plays."""

NUMBER_SCHEDULES = frozenset(name for name, row in FIELDS.items() if row.is_number) | MORE_SCHEDULES
